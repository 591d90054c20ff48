// A recovery code that fits and opens nothing, for tests and the gallery.
export const SAMPLE_CODE = '40711 93828 01563 77205 36499 88150 25031'
