//! Many names in one text: three allocations for a hundred thousand of them, not as many as names.

/// Names by number.
#[derive(Clone, Debug)]
pub(super) struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Names {
        let mut text = String::new();
        let ends = names
            .map(|name| {
                text.push_str(name);
                text.len()
            })
            .collect();
        Names { text, ends }
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_by_its_number() {
        let names = Names::new(["branch-1", "", "hq"].into_iter());
        let back: Vec<_> = (0..4).map(|index| names.get(index)).collect();
        assert_eq!(back, [Some("branch-1"), Some(""), Some("hq"), None]);
    }
}
