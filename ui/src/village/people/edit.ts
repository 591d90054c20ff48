// What the dialog of a person's particulars holds, what of it she altered, and what puts that back.
import type { PersonFields, PersonView } from '@/shared/bindings/desk'

/** Masked numbers, which an empty field leaves as they are. */
export type Cleared = 'id_number' | 'phone'

export interface Typed {
  name: string
  id_number: string
  phone: string
  address: string
  household_no: string
  relation: string
  categories: string[]
  /** What was written by mistake is taken away: an empty field alone leaves it as it is. */
  cleared: Cleared[]
  new_household: boolean
  /** The address is the whole household's. */
  with_household: boolean
}

const TEXTS = ['name', 'address', 'household_no', 'relation'] as const

const NOTHING: PersonFields = {
  name: null,
  id_number: null,
  phone: null,
  address: null,
  household_no: null,
  new_household: false,
  household_address: null,
  relation: null,
  categories: null,
}

/** As it stands. The numbers are left empty: they are masked, and what she leaves empty stays. */
export function typedOf(view: PersonView | null, householdNo = '', address = ''): Typed {
  const person = view?.person
  return {
    name: person?.name ?? '',
    id_number: '',
    phone: '',
    address: person?.address ?? address,
    household_no: person?.household_no ?? householdNo,
    relation: person?.relation ?? '',
    cleared: [],
    categories: (view?.categories ?? []).filter((one) => one.code !== '').map((one) => one.code),
    new_household: false,
    with_household: false,
  }
}

const sameSet = (one: string[], other: string[]) => [...one].sort().join(' ') === [...other].sort().join(' ')

/** What she altered; of somebody new, whatever she filled in. */
export function alteredOf(typed: Typed, before: Typed): PersonFields {
  const altered: PersonFields = { ...NOTHING, new_household: typed.new_household }
  for (const field of TEXTS) if (typed[field].trim() !== before[field]) altered[field] = typed[field]
  for (const field of ['id_number', 'phone'] as const) {
    if (typed.cleared.includes(field)) altered[field] = ''
    else if (typed[field].trim() !== '') altered[field] = typed[field]
  }
  if (typed.with_household && altered.address !== null) altered.household_address = typed.address
  if (!sameSet(typed.categories, before.categories)) altered.categories = typed.categories
  return altered
}

export const isAltered = (fields: PersonFields) =>
  Object.entries(fields).some(([field, value]) => field !== 'new_household' && value !== null)

/** What writes the former values back. */
export function formerOf(
  altered: PersonFields,
  before: Typed,
  view: PersonView,
  numbers: { id_number: string; phone: string } | null,
): PersonFields {
  const former: PersonFields = { ...NOTHING }
  for (const field of TEXTS) if (altered[field] !== null) former[field] = before[field]
  if (altered.id_number !== null) former.id_number = numbers?.id_number ?? null
  if (altered.phone !== null) former.phone = numbers?.phone ?? null
  if (altered.household_address !== null) former.household_address = view.household?.address ?? null
  if (altered.categories !== null) former.categories = before.categories
  return former
}
