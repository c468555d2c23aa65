"""Tables of coded entries, such as extracts from EMIS Web and SystmOne are, by a mapping of their columns."""
