"""Which way the stripes of a picture run: two classes, each row a file."""
