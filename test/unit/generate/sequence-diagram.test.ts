import { describe, expect, it } from 'vitest'
import { sequenceDiagram } from '../../generate/site/sequence-diagram.ts'

describe('a sequence diagram', () => {
  const lines = (...more: string[]) => ['sequenceDiagram', 'actor C as Customer', 'participant S', ...more].join('\n')

  it('A sequence diagram has its participants and its numbered messages, as text that can be read aloud', () => {
    const svg = sequenceDiagram(lines('autonumber', 'C->>S: order <7>', 'S->>S: read', 'S-->>C: link'))
    expect(svg).toContain('<title>Steps: 1. order &lt;7&gt;; 2. read; 3. link</title>')
    expect(svg.match(/class="arrow/g)).toHaveLength(3)
    expect(svg.match(/class="arrow dashed"/g)).toHaveLength(1)
    expect(svg).not.toContain('\n')
    expect(svg).toContain('<li><strong>Customer → S</strong> order &lt;7&gt;</li><li><strong>S</strong> read</li>')
  })

  it('A diagram that cannot be drawn is refused', () => {
    expect(() => sequenceDiagram('flowchart TD\nA --> B')).toThrow('sequence diagrams only')
    expect(() => sequenceDiagram(lines('loop every minute'))).toThrow('cannot draw "loop every minute"')
  })
})
