"""Adds up the test reports of every module, of the acceptance run and of the cluster, and prints one line: N passed, N failed, N skipped."""

import sys
import xml.etree.ElementTree as xml
from pathlib import Path

root = Path(__file__).parents[1]
reports = [*root.glob("*/*/target/surefire-reports/TEST-*.xml"), *root.glob("target/acceptance/*.xml"), *root.glob("target/e2e/*.xml")]
counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
for report in reports:
    top = xml.parse(report).getroot()
    for suite in [top] if top.tag == "testsuite" else top.findall("testsuite"):
        for name in counts:
            counts[name] += int(suite.get(name, 0))
failed = counts["failures"] + counts["errors"]
print(f"{counts['tests'] - failed - counts['skipped']} passed, {failed} failed, {counts['skipped']} skipped")
sys.exit(1 if failed or not counts["tests"] else 0)
