"""Pages of the staff app: doors (signing in and out), account, people, company."""
