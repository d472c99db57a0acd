"""An exam day played on a real installation: `exam-engine rehearse`."""
