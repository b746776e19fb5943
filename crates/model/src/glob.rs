//! Globs for names that are no paths: revision ids, labels, packages.

/// Whether a name fits a pattern: `*` stands for any characters, `?` for one.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    // Where to go on if what follows the last star does not fit.
    let mut again: Option<(usize, usize)> = None;
    let (mut at, mut read) = (0, 0);
    while read < name.len() {
        match pattern.get(at) {
            Some('*') => {
                again = Some((at, read));
                at += 1;
            }
            Some(c) if *c == '?' || *c == name[read] => {
                at += 1;
                read += 1;
            }
            _ => match &mut again {
                Some((star, taken)) => {
                    *taken += 1;
                    (at, read) = (*star + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, name) in [
            ("a1", "a1"),
            ("*", ""),
            ("core_*", "core_1"),
            ("*:versions", "other:versions"),
            ("a*b*c", "a-b-b-c"),
            ("a?", "ab"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a1", "a12"), ("a?", "a"), ("a*b", "abc"), ("", "a")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
