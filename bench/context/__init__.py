"""Which of the hidden code's definitions a context holds: no model, real projects, own baselines.

    corpus.toml ──► sources below the cache ──► private copy ──► positions (fixed seed)
                                                    │                │
                    glm-ls context --serve, baselines asked at each position ──► scores ──► tables

A statement is hidden, from the text that is sent and from the file on disk, and every packer is
asked for context. docs/benchmarks.md says what is measured, in words, and what came out.
"""
