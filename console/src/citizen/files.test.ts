import { expect, it } from 'vitest'
import { choice, obstacle } from './files'

const LIMITS = { files: 3, bytes: 2 ** 20 }
const file = (name: string, size = 10) => new File([new Uint8Array(size)], name)

it('knows before sending what is empty or too large', () => {
  expect(obstacle(file('a.png'), LIMITS)).toBeNull()
  expect(obstacle(file('a.png', 0), LIMITS)).toBe('fileEmpty')
  expect(obstacle(file('a.png', 2 ** 20 + 1), LIMITS)).toBe('fileLarge')
})
it('keeps a file that failed, with the reason, and sends it alone the next time', async () => {
  const sent: string[] = []
  let broken = 'b.png'
  const files = choice(async (each, _pass, moved) => {
    if (each.name === broken) throw new Error('no line')
    moved(1)
    sent.push(each.name)
  })
  files.add([file('a.png'), file('b.png'), file('c.png'), file('empty.png', 0)], LIMITS)
  await files.send('pass')
  expect(files.chosen.map((each) => each.state)).toEqual(['sent', 'failed', 'sent', 'failed'])
  expect(files.chosen[1]!.problem).toBe('no line')
  broken = ''
  await files.send('pass')
  expect(sent).toEqual(['a.png', 'c.png', 'b.png'])
})
