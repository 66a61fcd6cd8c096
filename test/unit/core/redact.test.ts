import { describe, expect, it } from 'vitest'
import { maskMobiles } from '../../../src/core/redact.ts'

describe('mobile numbers in what others may read', () => {
  it.each([
    '9841234567',
    '+977 9841234567',
    '+977-9841234567',
    '9779841234567',
    '009779841234567',
    '984-1234567',
    '984 123 4567',
    '984-123-4567',
    '9841-234567',
    '9841 234 567',
    '984.123.4567',
  ])('The mobile number %s is masked as Khalti masks it', (number) => {
    expect(maskMobiles(`call ${number}, please`)).toBe('call 98XXXXX567, please')
  })

  it('The mobile number behind an encoded blank is masked', () => {
    expect(maskMobiles('?phone=%209841234567')).toBe('?phone=%2098XXXXX567')
    expect(maskMobiles('?phone=+977%209841234567&a=1')).toBe('?phone=+977%2098XXXXX567&a=1')
    expect(maskMobiles('x209841234567')).toBe('x209841234567')
  })

  it.each([
    ['९८४१२३४५६७', '९८XXXXX५६७'],
    ['+९७७ ९८४१-२३४५६७', '९८XXXXX५६७'],
    ['९८४ १२३ ४५६७', '९८XXXXX५६७'],
  ])('The mobile number %s is masked in its own digits', (number, masked) => {
    expect(maskMobiles(`मोबाइल ${number}।`)).toBe(`मोबाइल ${masked}।`)
  })

  it.each([
    '98412345',
    '९८४१२३४५६७८',
    '9800 5000 10',
    '97.12.31',
    '98412345678',
    '1984123456',
    'order 98-20261123',
    '2026-11-23T06:15:00.000Z',
    'Rs 98,41,234.56',
  ])('%s is no mobile number, and stays', (text) => {
    expect(maskMobiles(text)).toBe(text)
  })
})
