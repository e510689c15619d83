//! A picture as SVG or PNG: the same shapes handed to either of plotters' backends.
//!
//! In: a [`Picture`]. Out: text or bytes. Nothing is laid out here.

use std::error::Error;
use std::fmt;

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor, ShapeStyle};

use super::picture::{Anchor, Picture, Point, Shape, Text};
use super::theme;

/// Pixels of a PNG for one of the SVG, so that it is sharp on today's screens.
const PNG_SCALE: i32 = 2;

/// A picture could not be drawn or encoded.
#[derive(Debug)]
pub struct PictureError {
    cause: String,
}

impl PictureError {
    fn new(cause: &impl fmt::Display) -> PictureError {
        PictureError { cause: cause.to_string() }
    }
}

impl fmt::Display for PictureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)
    }
}

impl Error for PictureError {}

impl Picture {
    /// The picture as SVG, with its title for those who cannot see it.
    ///
    /// # Errors
    /// Where plotters cannot draw it.
    pub fn svg(&self) -> Result<String, PictureError> {
        let mut svg = String::new();
        let mut backend =
            SVGBackend::with_string(&mut svg, (self.width as u32, self.height as u32));
        Brush { scale: 1, letters_permille: theme::SVG_UNITS_PERMILLE, drop_permille: 0 }
            .paint(self, &mut backend)?;
        drop(backend);
        let title = format!(">\n<title>{}</title>\n", escaped(&self.title));
        Ok(svg.replacen(">\n", &title, 1))
    }

    /// The picture as PNG, at twice the size of its SVG.
    ///
    /// # Errors
    /// Where plotters cannot draw it, or it cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        let (width, height) = ((self.width * PNG_SCALE) as u32, (self.height * PNG_SCALE) as u32);
        let mut pixels = vec![0; width as usize * height as usize * 3];
        let mut backend = BitMapBackend::with_buffer(&mut pixels, (width, height));
        Brush {
            scale: PNG_SCALE,
            letters_permille: theme::BITMAP_UNITS_PERMILLE,
            drop_permille: theme::BITMAP_DROP_PERMILLE,
        }
        .paint(self, &mut backend)?;
        drop(backend);
        encoded(&pixels, width, height).map_err(|cause| PictureError::new(&cause))
    }
}

fn encoded(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Flat colours: a line is mostly what the line above it was.
    encoder.set_filter(png::FilterType::Up);
    encoder.set_compression(png::Compression::Best);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What one backend wants otherwise than the other.
struct Brush {
    /// Pixels of the backend for one of the picture.
    scale: i32,
    /// The backend's units of letter size in an em, in thousandths.
    letters_permille: i32,
    /// By how much of an em the backend sets letters too high, in thousandths.
    drop_permille: i32,
}

impl Brush {
    fn paint(
        &self,
        picture: &Picture,
        backend: &mut impl DrawingBackend,
    ) -> Result<(), PictureError> {
        theme::register_font();
        for shape in &picture.shapes {
            self.shape(shape, backend)?;
        }
        backend.present().map_err(|cause| PictureError::new(&cause))
    }

    fn shape(&self, shape: &Shape, backend: &mut impl DrawingBackend) -> Result<(), PictureError> {
        let drawn = match shape {
            Shape::Rect { from, to, colour } => {
                backend.draw_rect(self.at(*from), self.at(*to), &colour.filled(), true)
            }
            Shape::Polygon { points, colour } => {
                backend.fill_polygon(self.points(points), &colour.filled())
            }
            Shape::Path { points, colour, thickness } => {
                backend.draw_path(self.points(points), &self.stroke(*colour, *thickness))
            }
            Shape::Dot { at, radius, colour } => backend.draw_circle(
                self.at(*at),
                (radius * self.scale) as u32,
                &colour.filled(),
                true,
            ),
            Shape::Text(text) => return self.text(text, backend),
        };
        drawn.map_err(|cause| PictureError::new(&cause))
    }

    fn text(&self, text: &Text, backend: &mut impl DrawingBackend) -> Result<(), PictureError> {
        let horizontal = match text.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let size = text.size * self.scale;
        let anchor = Pos::new(horizontal, VPos::Center);
        let style = theme::letters(size, text.weight, &text.colour, anchor, self.letters_permille);
        let (x, y) = self.at(text.at);
        let at = (x, y + size * self.drop_permille / 1_000);
        backend.draw_text(&text.words, &style, at).map_err(|cause| PictureError::new(&cause))
    }

    fn stroke(&self, colour: RGBColor, thickness: u32) -> ShapeStyle {
        colour.stroke_width(thickness * self.scale as u32)
    }

    fn at(&self, (x, y): Point) -> Point {
        (x * self.scale, y * self.scale)
    }

    fn points(&self, points: &[Point]) -> Vec<Point> {
        points.iter().map(|point| self.at(*point)).collect()
    }
}
