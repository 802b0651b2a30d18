"""The composition root: settings, URLs, the desk, the client file, the commands that run the house."""
