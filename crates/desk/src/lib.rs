//! Everything an agent can do on a laptop, as plain typed functions.
