//! Arguments, files, exit codes.
