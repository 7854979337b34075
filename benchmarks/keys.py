"""What the door of the HTTP measurement and its visitors have agreed on; no real platform knows it."""

TOKEN, SECRET, CORP, AGENT = "QDG6eK", "bench", "wx5823bf96d3bd56c7", 1000002
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
STAFF = range(1000, 1064)
