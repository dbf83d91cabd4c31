"""The probes by name."""

from nextword.tasks.probes.agreement import AGREEMENT
from nextword.tasks.probes.brackets import BRACKETS
from nextword.tasks.probes.copying import COPY, RECALL
from nextword.tasks.probes.probe import Probe

PROBES: dict[str, Probe] = {probe.name: probe for probe in (AGREEMENT, COPY, RECALL, BRACKETS)}
