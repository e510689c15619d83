//! Charts: a record in, a picture out, as SVG or PNG from one list of shapes.
//!
//! Every position is a whole number reckoned with integers, so that the same record gives the same
//! bytes. A record with nothing to show gives a picture that says so.

mod axis;
mod curve;
mod forest;
mod frame;
mod grid;
mod paint;
mod picture;
mod repro;
mod strip;
mod theme;
mod waiting;

pub use axis::TimeAxis;
pub use curve::time_to_end;
pub use forest::forest;
pub use grid::sweep;
pub use paint::PictureError;
pub use picture::Picture;
pub use repro::repro;
pub use strip::strips;
pub use theme::register_font;
pub use waiting::waiting;
