// Choosing by the number keys: 1 is the first choice.

/** Which choice a key names among so many; null where it names none. */
export function choiceOf(event: KeyboardEvent, many: number): number | null {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null
  if (!/^[1-9]$/.test(event.key)) return null
  const at = Number(event.key) - 1
  return at < many ? at : null
}

/** Names in the order in which the form offers them. */
export function inOrder(names: string[], choices: { name: string }[] | null): string[] {
  const order = (choices ?? []).map((choice) => choice.name)
  return [...names].sort((a, b) => order.indexOf(a) - order.indexOf(b))
}
