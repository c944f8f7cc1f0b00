"""What to do about a finding."""

from __future__ import annotations

from rdeep.errors import setting

_ACTIONS: dict[str, str] = {
    "addresses": "Replace them by clean_text(), with 'urls' and 'emails'.",
    "blank_image": "Look at them, and leave them out.",
    "blanks": "Take them off: clean_text().",
    "blurred_image": "Look at them.",
    "collinear": "A network can bear it; for coefficients keep one of them.",
    "conflicting_outcomes": "Look at the rows: a label is wrong, or a predictor is missing.",
    "constant": "Leave it out: nothing can be learned from it.",
    "constant_outcome": "There is nothing to learn: look at how the rows were chosen.",
    "control_characters": "Take them out: clean_text().",
    "date_as_text": "Read them as times: numpy's datetime64.",
    "double_times": "Leave one of them out, or give the series by 'group'.",
    "drift": "Expect worse predictions: look at how it came about, or train on newer data.",
    "duplicate_images": "Leave out all but one, before the data is split.",
    "duplicate_rows": "Leave out all but one, before the data is split.",
    "duplicate_texts": "Leave out all but one, before the data is split.",
    "empty_rows": "Leave them out.",
    "empty_text": f"Leave them out; TextModel does by {setting('on_bad', 'drop')!s}.",
    "encoding": "Read the file as UTF-8, or mend the texts: clean_text().",
    "few_rows_in_class": "Join classes, or gather more rows of them.",
    "future": "Look at how they were written down.",
    "group_suspected": "If so, say it by 'group', here and where the data is split.",
    "groups": "Split by groups.",
    "groups_in_both": "Split by groups.",
    "html": "Take it out: clean_text().",
    "identifier": "Leave it out: of rows to come nothing can be learned from it.",
    "image_colours": "Ready-made models read all as colour; for others convert them.",
    "image_light": "Look at them.",
    "image_proportions": "Look at them; ImageModel crops or pads by 'resize'.",
    "image_sizes": "Ready-made models resize them; for others use layers.Resizing.",
    "images_in_both": "Leave them out of the new data: they are no test.",
    "imbalance": f"Weigh classes: {setting('class_weights', 'balanced')!s}.",
    "impossible": "Look at them: make them missing, or leave the rows out.",
    "infinite": "Put a number in their place, or leave the rows out.",
    "leakage": "Is it known before the outcome is? If not, leave it out.",
    "linear_combination": "A network can bear it; for coefficients leave it out.",
    "many_levels": "Let an embedding learn them, or layers.Hashing.",
    "missing": "Fill it in, beside a column that says where.",
    "missing_group": "Give them a group, or leave them out.",
    "missing_outcome": "Leave these rows out.",
    "missing_time": "Leave these rows out.",
    "missing_together": "Find out why; one column that says where is enough.",
    "mixed_types": "Make all of them one type.",
    "mostly_missing": "Leave it out, or keep only a column that says where.",
    "near_constant": "Leave it out, unless these rows matter.",
    "near_duplicate_images": "Look at them; keep them on one side of a split.",
    "near_duplicate_rows": "Look at them; keep them on one side of a split.",
    "near_duplicate_texts": "Look at them; keep them on one side of a split.",
    "near_images_in_both": "Leave them out of the new data: they are no fair test.",
    "near_rows_in_both": "Leave them out of the new data: they are no fair test.",
    "near_texts_in_both": "Leave them out of the new data: they are no fair test.",
    "new_levels": "Nothing was learned of them: a lookup layer gives them one place for all.",
    "not_composed": "Compose them: clean_text().",
    "number_as_text": "Make it numbers.",
    "one_group": "Leave 'group' out.",
    "other_alphabet": "Look at them.",
    "outcome_as_number": "If it is a class, make it text.",
    "outlier": f"Look at them; {setting('scaling', 'robust')!s} of Tabular draws them in.",
    "pixel_range": "Scale them to 0 to 1.",
    "rare_levels": "Join them in one level.",
    "repeated_characters": f"Cut them: clean_text() with {setting('repeated', 3)!s}.",
    "rows_in_both": "Leave them out of the new data: they are no test.",
    "same_columns": "Leave one of them out.",
    "sentinel": "Make them missing before anything else.",
    "skewed": f"{setting('scaling', 'quantile')!s} of Tabular, or the logarithm.",
    "spelling": f"Write them in one way: clean_text() with {setting('lowercase', True)!s}.",
    "texts_in_both": "Leave them out of the new data: they are no test.",
    "time_as_text": "Make it times first.",
    "time_gaps": "A forecast treats what is not there as missing; fill gaps in that should not be.",
    "times_overlap": "A test of forecasts comes after the data: split by 'time'.",
    "tiny_image": "Look at them.",
    "type_changed": "Read both in the same way.",
    "unordered_times": "Sort the rows by it.",
    "unreadable_image": f"Mend or remove them; leave them out by {setting('on_bad', 'drop')!s}.",
    "unscaled": "Tabular scales by itself; a network of your own needs layers.Normalization.",
    "unused_class": "Leave the level out, or gather rows of it.",
    "unusual_rows": "Look at them.",
    "very_long_text": "Look at them; a model of text reads its first 'max_length' words.",
}


def action(kind: str) -> str:
    """Return what to do about a finding.

    Parameters
    ----------
    kind : str
        What was found.

    Examples
    --------
    >>> action("missing_outcome")
    'Leave these rows out.'
    """
    return _ACTIONS[kind]


def kinds() -> list[str]:
    """Return all kinds of findings."""
    return sorted(_ACTIONS)
