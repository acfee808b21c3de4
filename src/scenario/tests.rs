use super::*;

#[test]
fn every_shipped_scenario_loads_without_a_warning() {
    for scenario in builtin() {
        let loaded = load(scenario.name, scenario.text.as_bytes(), &[], &BuiltInFiles)
            .unwrap_or_else(|problems| panic!("{problems}"));
        assert!(loaded.warnings.problems.is_empty(), "{}", loaded.warnings);
    }
}
