//! The layout of a declaration on the page: an item stands on one line if it fits, and is otherwise a block.

use crate::declare::layer::LayerMembers;
use crate::error::Result;

/// The largest number of characters in a line that could be broken.
const WIDTH: usize = 100;

/// The number of spaces by which each block is indented.
const INDENT: usize = 4;

/// An item of a block, an element of a list, or a member of a map.
#[derive(Default)]
pub(super) struct SourcePiece {
    /// The attributes before the piece.
    pub(super) attributes: Vec<String>,
    /// The text before the braces or brackets.
    pub(super) text: String,
    pub(super) group: Option<Group>,
    /// Whether the piece is a node or an entry by hand: no comma follows its braces.
    pub(super) is_node: bool,
    /// The members of a large layer, which replace this piece. They are printed when the page is written.
    pub(super) members: Option<LayerMembers>,
}

/// Writes the members of a large layer, each on lines of its own. The number is that of the spaces before each line.
pub(super) type WriteMembers<'w> = dyn FnMut(&LayerMembers, usize, &mut String) -> Result<()> + 'w;

/// The pieces between a pair of braces or brackets.
pub(super) struct Group {
    braces: bool,
    pub(super) pieces: Vec<SourcePiece>,
}

impl Group {
    pub(super) fn braces(pieces: Vec<SourcePiece>) -> Self {
        Self { braces: true, pieces }
    }

    pub(super) fn brackets(pieces: Vec<SourcePiece>) -> Self {
        Self { braces: false, pieces }
    }

    /// Whether the group has several pieces, one of which is a node with a block. Such a group is always broken.
    fn is_tall(&self) -> bool {
        self.pieces.len() > 1 && self.pieces.iter().any(|piece| piece.is_node && piece.is_block())
    }
}

impl SourcePiece {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(super) fn members(members: LayerMembers) -> Self {
        Self { members: Some(members), ..Self::default() }
    }

    pub(super) fn group(text: impl Into<String>, group: Group) -> Self {
        Self { text: text.into(), group: Some(group), ..Self::default() }
    }

    /// The piece with `text` before it.
    pub(super) fn behind(mut self, text: &str) -> Self {
        self.text.insert_str(0, text);
        self
    }

    pub(super) fn node(mut self) -> Self {
        self.is_node = true;
        self
    }

    fn is_block(&self) -> bool {
        self.group.as_ref().is_some_and(|group| group.braces)
    }

    /// Whether a comma follows if another piece follows.
    fn has_comma(&self) -> bool {
        !(self.is_node && self.is_block())
    }

    /// The number of characters on one line. `None` if it is more than `width`.
    fn width(&self, width: usize) -> Option<usize> {
        if self.members.is_some() {
            return None;
        }
        let mut used = self.attributes.iter().map(|attribute| attribute.chars().count() + 1).sum::<usize>();
        used += self.text.chars().count();
        if let Some(group) = &self.group {
            if group.is_tall() {
                return None;
            }
            used += 6;
            for piece in &group.pieces {
                used += piece.width(width.checked_sub(used)?)? + 2;
            }
        }
        (used <= width).then_some(used)
    }

    /// The piece on one line.
    pub(super) fn flat(&self) -> String {
        let mut line = String::new();
        self.write_flat(&mut line);
        line
    }

    fn write_flat(&self, out: &mut String) {
        for attribute in &self.attributes {
            out.push_str(attribute);
            out.push(' ');
        }
        out.push_str(&self.text);
        let Some(group) = &self.group else { return };
        out.push_str(self.gap());
        let (open, space, close) = group.delimiters();
        out.push_str(open);
        if !group.pieces.is_empty() {
            out.push_str(space);
            for (position, piece) in group.pieces.iter().enumerate() {
                piece.write_flat(out);
                if position + 1 < group.pieces.len() {
                    out.push_str(if piece.has_comma() { ", " } else { " " });
                }
            }
            out.push_str(space);
        }
        out.push_str(close);
    }

    fn gap(&self) -> &'static str {
        if self.text.is_empty() || self.text.ends_with(' ') { "" } else { " " }
    }

    /// Writes the piece, whose first line is indented already.
    fn write(&self, indent: usize, out: &mut String, members: &mut WriteMembers<'_>) -> Result<()> {
        let width = WIDTH.saturating_sub(indent);
        let Some(group) = self.group.as_ref().filter(|_| self.width(width).is_none()) else {
            self.write_attributes(indent, width, out);
            return Ok(());
        };
        self.write_head(indent, width, out);
        out.push_str(self.gap());
        let (open, _, close) = group.delimiters();
        out.push_str(open);
        out.push('\n');
        write_lines(&group.pieces, indent + INDENT, out, members)?;
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str(close);
        Ok(())
    }

    /// Writes a piece that stays on one line, or that can be broken only behind its attributes.
    fn write_attributes(&self, indent: usize, width: usize, out: &mut String) {
        if self.width(width).is_some() {
            self.write_flat(out);
        } else {
            self.write_head(indent, width, out);
        }
    }

    /// Writes the attributes and the text. Attributes that do not fit on the line of the text get lines of their own.
    fn write_head(&self, indent: usize, width: usize, out: &mut String) {
        let length = self.attributes.iter().map(|attribute| attribute.chars().count() + 1).sum::<usize>();
        let fits = length + self.text.chars().count() + 2 <= width;
        for attribute in &self.attributes {
            out.push_str(attribute);
            if fits {
                out.push(' ');
            } else {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indent));
            }
        }
        out.push_str(&self.text);
    }
}

impl Group {
    fn delimiters(&self) -> (&'static str, &'static str, &'static str) {
        if self.braces { ("{", " ", "}") } else { ("[", "", "]") }
    }
}

/// Writes each piece on a line of its own, or on several.
pub(super) fn write_lines(
    pieces: &[SourcePiece],
    indent: usize,
    out: &mut String,
    members: &mut WriteMembers<'_>,
) -> Result<()> {
    for piece in pieces {
        if let Some(large) = &piece.members {
            members(large, indent, out)?;
            continue;
        }
        out.extend(std::iter::repeat_n(' ', indent));
        piece.write(indent, out, members)?;
        out.push_str(if piece.has_comma() { ",\n" } else { "\n" });
    }
    Ok(())
}
