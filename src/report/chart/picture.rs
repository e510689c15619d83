//! A picture before it has a format: shapes at whole pixels, in the order in which they are drawn.
//!
//! In: shapes. Out: the list that `paint` turns into SVG or PNG. Dashes are cut and markers are
//! built here, since neither of plotters' backends has them.

use plotters::style::RGBColor;

use super::theme::{self, Weight};

/// A point, in pixels from the upper left corner.
pub(in crate::report) type Point = (i32, i32);

/// A small count as a number of pixels, rows or columns.
pub(super) fn pixels(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A finished drawing.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What it shows, for those who cannot see it.
    pub(in crate::report) title: String,
    /// In pixels.
    pub(in crate::report) width: i32,
    /// In pixels.
    pub(in crate::report) height: i32,
    /// What is drawn, the undermost first.
    pub(super) shapes: Vec<Shape>,
}

/// One thing to draw.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// A filled rectangle.
    Rect { from: Point, to: Point, colour: RGBColor },
    /// A filled polygon.
    Polygon { points: Vec<Point>, colour: RGBColor },
    /// A line through all points.
    Path { points: Vec<Point>, colour: RGBColor, thickness: u32 },
    /// A filled circle.
    Dot { at: Point, radius: i32, colour: RGBColor },
    /// A line of text.
    Text(Text),
}

/// A line of text, centred on its point's height.
#[derive(Clone, Debug)]
pub(in crate::report) struct Text {
    pub(in crate::report) at: Point,
    pub(in crate::report) words: String,
    pub(super) size: i32,
    pub(super) weight: Weight,
    pub(super) colour: RGBColor,
    pub(super) anchor: Anchor,
}

/// Which part of a text stands at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Anchor {
    Start,
    Middle,
    End,
}

/// A sign for one point, told apart by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
    Plus,
    Bar,
    Funnel,
}

impl Text {
    /// Ordinary text that begins at a point.
    pub(super) fn new(at: Point, words: impl Into<String>) -> Text {
        Text {
            at,
            words: words.into(),
            size: theme::TEXT,
            weight: Weight::Regular,
            colour: theme::INK,
            anchor: Anchor::Start,
        }
    }

    pub(super) fn colour(self, colour: RGBColor) -> Text {
        Text { colour, ..self }
    }

    pub(super) fn anchor(self, anchor: Anchor) -> Text {
        Text { anchor, ..self }
    }

    pub(super) fn bold(self) -> Text {
        Text { weight: Weight::Bold, ..self }
    }

    pub(super) fn size(self, size: i32) -> Text {
        Text { size, ..self }
    }
}

impl Picture {
    /// An empty sheet.
    pub(super) fn new(title: impl Into<String>, width: i32, height: i32) -> Picture {
        let title = title.into();
        let mut picture = Picture { title, width, height, shapes: Vec::new() };
        picture.rect((0, 0), (width, height), theme::PAPER);
        picture
    }

    pub(super) fn rect(&mut self, from: Point, to: Point, colour: RGBColor) {
        self.shapes.push(Shape::Rect { from, to, colour });
    }

    pub(super) fn polygon(&mut self, points: Vec<Point>, colour: RGBColor) {
        self.shapes.push(Shape::Polygon { points, colour });
    }

    pub(super) fn path(&mut self, points: Vec<Point>, colour: RGBColor, thickness: u32) {
        self.shapes.push(Shape::Path { points, colour, thickness });
    }

    pub(super) fn line(&mut self, from: Point, to: Point, colour: RGBColor, thickness: u32) {
        self.path(vec![from, to], colour, thickness);
    }

    pub(super) fn text(&mut self, text: Text) {
        self.shapes.push(Shape::Text(text));
    }

    /// A path of upright and level lines, dashed: `on` pixels drawn, `off` left out, round corners
    /// too.
    pub(super) fn dashed(
        &mut self,
        points: &[Point],
        (on, off): (i32, i32),
        colour: RGBColor,
        thickness: u32,
    ) {
        let mut walked = 0;
        for pair in points.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let length = (to.0 - from.0).abs() + (to.1 - from.1).abs();
            let step = ((to.0 - from.0).signum(), (to.1 - from.1).signum());
            let at = |way: i32| (from.0 + step.0 * way, from.1 + step.1 * way);
            let mut way = 0;
            while way < length {
                let phase = walked % (on + off);
                let left = if phase < on { on - phase } else { on + off - phase };
                let next = (way + left).min(length);
                if phase < on {
                    self.line(at(way), at(next), colour, thickness);
                }
                walked += next - way;
                way = next;
            }
        }
    }

    /// A marker of some nine pixels, with a paper-coloured rim so that it stands off from what is
    /// behind it.
    pub(super) fn marker(&mut self, marker: Marker, (x, y): Point, colour: RGBColor) {
        for (r, colour) in [(5, theme::PAPER), (4, colour)] {
            match marker {
                Marker::Circle => {
                    self.shapes.push(Shape::Dot { at: (x, y), radius: r, colour });
                }
                Marker::Square => self.rect((x - r + 1, y - r + 1), (x + r, y + r), colour),
                Marker::Triangle => {
                    self.polygon(vec![(x, y - r), (x + r, y + r - 1), (x - r, y + r - 1)], colour);
                }
                Marker::Diamond => {
                    let r = r + 1;
                    self.polygon(vec![(x, y - r), (x + r, y), (x, y + r), (x - r, y)], colour);
                }
                Marker::Cross => {
                    let thickness = if colour == theme::PAPER { 4 } else { 2 };
                    self.line((x - r, y - r), (x + r, y + r), colour, thickness);
                    self.line((x - r, y + r), (x + r, y - r), colour, thickness);
                }
                Marker::Plus => {
                    let thickness = if colour == theme::PAPER { 4 } else { 2 };
                    self.line((x - r, y), (x + r, y), colour, thickness);
                    self.line((x, y - r), (x, y + r), colour, thickness);
                }
                Marker::Bar => self.rect((x - r - 1, y - r + 2), (x + r + 2, y + r - 1), colour),
                Marker::Funnel => {
                    self.polygon(vec![(x, y + r), (x + r, y - r + 1), (x - r, y - r + 1)], colour);
                }
            }
        }
    }
}

#[cfg(test)]
impl Text {
    /// The leftmost pixel and the one after the rightmost.
    pub(in crate::report) fn extent(&self) -> (i32, i32) {
        let width = theme::width_of(&self.words, self.size, self.weight);
        let left = match self.anchor {
            Anchor::Start => self.at.0,
            Anchor::Middle => self.at.0 - width / 2,
            Anchor::End => self.at.0 - width,
        };
        (left, left + width)
    }
}

#[cfg(test)]
impl Picture {
    /// Every line of text.
    pub(in crate::report) fn labels(&self) -> Vec<&Text> {
        let mut labels = Vec::new();
        for shape in &self.shapes {
            if let Shape::Text(text) = shape {
                labels.push(text);
            }
        }
        labels
    }

    /// The corners of everything else.
    pub(in crate::report) fn points(&self) -> Vec<Point> {
        let corners = |shape: &Shape| match shape {
            Shape::Rect { from, to, .. } => vec![*from, *to],
            Shape::Polygon { points, .. } | Shape::Path { points, .. } => points.clone(),
            Shape::Dot { at: (x, y), radius, .. } => {
                vec![(x - radius, y - radius), (x + radius, y + radius)]
            }
            Shape::Text(_) => Vec::new(),
        };
        self.shapes.iter().flat_map(corners).collect()
    }
}
