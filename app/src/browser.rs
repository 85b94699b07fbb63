//! What the page asks of the browser beyond drawing elements. On the server all of it does nothing, so that
//! components need not ask where they are.

#[cfg(feature = "hydrate")]
mod pictures;
#[cfg(feature = "hydrate")]
mod real;
#[cfg(feature = "hydrate")]
pub use pictures::*;
#[cfg(feature = "hydrate")]
pub use real::*;

#[cfg(not(feature = "hydrate"))]
mod none;
#[cfg(not(feature = "hydrate"))]
pub use none::*;
