/** 人员类别 of the roster, by their codes; their words stand under `person_category.<code>`. */
export const CATEGORIES = [
  'dibao',
  'tekun',
  'elderly',
  'disabled',
  'alone',
  'left_behind',
  'orphan',
  'poor',
  'sick',
  'bedridden',
  'demobilised',
  'other',
]
