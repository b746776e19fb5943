//! What git's configuration says: asked once for all keys, and only when one is needed.

use std::collections::HashMap;

/// The last value of each key, with the scope that sets it.
#[derive(Debug)]
pub(crate) struct Config(HashMap<String, (String, String)>);

impl Config {
    /// `<scope>\0<key>\n<value>\0`; a key without a value has no line break.
    pub(crate) fn parse(output: &[u8]) -> Self {
        let text = String::from_utf8_lossy(output);
        let mut fields = text.split('\0');
        let mut values = HashMap::new();
        while let (Some(scope), Some(entry)) = (fields.next(), fields.next()) {
            let (key, value) = entry.split_once('\n').unwrap_or((entry, ""));
            values.insert(key.to_owned(), (scope.to_owned(), value.to_owned()));
        }
        Self(values)
    }

    /// Sections and variables are the same in any case, what stands between them is not.
    pub(crate) fn get(&self, key: &str) -> Option<&(String, String)> {
        let normal = match (key.split_once('.'), key.rsplit_once('.')) {
            (Some((section, _)), Some((before, variable))) => {
                let between = &before[section.len()..];
                section.to_lowercase() + between + "." + &variable.to_lowercase()
            }
            _ => key.to_lowercase(),
        };
        self.0.get(&normal)
    }

    /// The subsections in which a boolean variable is true, sorted.
    pub(crate) fn subsections_where(&self, section: &str, variable: &str) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .0
            .iter()
            .filter(|(_, (_, value))| {
                !matches!(&*value.to_lowercase(), "false" | "no" | "off" | "0")
            })
            .filter_map(|(key, _)| {
                key.strip_prefix(section)?
                    .strip_prefix('.')?
                    .strip_suffix(variable)?
                    .strip_suffix('.')
            })
            .collect();
        names.sort_unstable();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn the_last_value_counts_in_any_case_of_its_name() {
        let config = Config::parse(
            b"global\0user.name\nAnn\0local\0branch.Feature/X.y.pushremote\nfork\nmore\0\
            local\0core.bare\0local\0user.name\nBee\0",
        );
        let value = |key: &str| config.get(key).map(|(_, value)| value.as_str());
        assert_eq!(
            config.get("USER.Name"),
            Some(&("local".into(), "Bee".into()))
        );
        assert_eq!(value("branch.Feature/X.y.pushRemote"), Some("fork\nmore"));
        assert_eq!(value("branch.feature/x.y.pushRemote"), None);
        assert_eq!(value("core.bare"), Some(""));
        assert_eq!(value("core.editor"), None);
    }

    #[test]
    fn a_subsection_may_hold_dots() {
        let config = Config::parse(
            b"local\0remote.up.stream.promisor\ntrue\0local\0remote.fork.promisor\nFalse\0\
            local\0remote.fork.url\ntrue\0local\0remote.bare.promisor\0local\0remote.promisor\ntrue\0",
        );
        assert_eq!(
            config.subsections_where("remote", "promisor"),
            ["bare", "up.stream"]
        );
    }
}
