"""Item bank: content, interchange formats, assembly, statistics and storage; a library without a web framework."""
