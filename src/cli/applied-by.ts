/** Annotation of what `run --manifests` made: only that may be pruned by it. */
export const APPLIED_BY = 'ccci.dev/applied-by';
