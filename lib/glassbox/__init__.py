"""Glass Box: tested helpers behind a book of live notes on machine learning and algorithms."""
