//! Follows a job: its state as a signal, told by the server as it changes.
