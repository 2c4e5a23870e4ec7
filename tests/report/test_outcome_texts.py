from fmsdiag.report.outcome_texts import Failed, OutcomeCodes, Succeeded


def test_failures_and_codes_begin_as_labels_do_and_results_as_values() -> None:
    for said in (*Failed.texts(), *OutcomeCodes.texts()):
        assert said.english[0].isupper() or said.english[0] == "{"
    for said in Succeeded.texts():
        assert not said.english[0].isupper() or said.english.split()[0].isupper() or said.english[:2] == "OK"
