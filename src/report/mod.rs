//! How a run is shown: values in, bytes out.
