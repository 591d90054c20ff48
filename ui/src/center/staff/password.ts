// A first password: letters and digits that are not taken for one another, in groups that can be read out.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const GROUPS = 3
const GROUP_LENGTH = 4

/** The bytes of a draw that fall into the last, incomplete run of letters are passed over, so that all are as likely. */
export function firstPassword(draw: (length: number) => Uint8Array = randomBytes): string {
  const fair = 256 - (256 % LETTERS.length)
  let text = ''
  while (text.length < GROUPS * GROUP_LENGTH) {
    for (const byte of draw(GROUPS * GROUP_LENGTH)) {
      if (byte < fair && text.length < GROUPS * GROUP_LENGTH) text += LETTERS[byte % LETTERS.length]
    }
    // A password of letters or digits alone would be refused.
    if (text.length === GROUPS * GROUP_LENGTH && !(/[a-z]/.test(text) && /\d/.test(text))) text = ''
  }
  return (text.match(/.{4}/g) ?? []).join('-')
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}
