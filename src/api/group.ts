/** The API group of every kind. */
export const GROUP = 'ccci.dev';

/** The only version of the API so far. */
export const VERSION = 'v1alpha1';

/** What a manifest writes in `apiVersion`. */
export const API_VERSION = 'ccci.dev/v1alpha1';
