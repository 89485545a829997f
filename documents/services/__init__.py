"""The only doors: `receiving` takes documents in, `checking` has them scanned, `giving` hands them out."""
