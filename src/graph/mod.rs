//! Neighbours, edges, layout.
