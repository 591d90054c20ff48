//! Excel and CSV in, bounded before parsing; Excel out, safe from formula injection. Pure.
