"""Whether guests of a hotel were content, by what they wrote: two classes, a column of text."""
