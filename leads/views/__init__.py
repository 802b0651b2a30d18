"""Pages of customers and enquiries: HTTP on one side, one verb on the other."""
