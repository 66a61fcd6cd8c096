import { describe, expect, it } from 'vitest'
import { isLoopback, isPrivateHost, khaltiEnvironmentOf } from '../../../src/core/hosts.ts'

/** The hostname as `URL` writes it. */
const hostnameOf = (host: string) => new URL(`http://${host}/`).hostname

describe('hosts', () => {
  it.each([
    'localhost',
    'LOCALHOST.',
    'app.localhost',
    '127.0.0.1',
    '127.1',
    '2130706433',
    '127.10.0.1',
    '127.0.10.1',
    '127.0.0.10',
    '127.255.255.254',
    '0.0.0.0',
    '[::]',
    '[::ffff:0.0.0.0]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:127.0.0.16]',
  ])('The host %s is this machine, and private', (host) => {
    expect([isLoopback(hostnameOf(host)), isPrivateHost(hostnameOf(host))]).toEqual([true, true])
  })

  it.each([
    '0.1.2.3',
    '10.0.0.0',
    '10.255.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.19.0.1',
    '172.20.0.1',
    '172.29.0.1',
    '172.30.0.1',
    '172.31.255.255',
    '100.64.0.1',
    '100.69.0.1',
    '100.70.0.1',
    '100.99.0.1',
    '100.100.0.1',
    '100.119.0.1',
    '100.120.0.1',
    '100.127.255.255',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[fe80::1]',
    '[fe90::1]',
    '[fea0::1]',
    '[febf::1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:192.168.1.16]',
    'shop.local',
    'SHOP.LOCAL.',
  ])('The host %s is private, and not this machine', (host) => {
    expect([isLoopback(hostnameOf(host)), isPrivateHost(hostnameOf(host))]).toEqual([false, true])
  })

  it.each([
    'shop.example',
    'localhost.example',
    'notlocalhost',
    'local',
    'shoplocal',
    'shop.local.example',
    '10.example',
    '127.0.0.1.example',
    'fda.example',
    'fe80.example',
    '1.2.3.4',
    '8.192.168.1',
    '8.169.254.1',
    '8.172.16.1',
    '8.100.64.1',
    '8.10.0.1',
    '11.0.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '100.10.0.1',
    '169.253.0.1',
    '172.15.255.255',
    '172.32.0.1',
    '192.167.0.1',
    '192.169.0.1',
    '126.0.0.1',
    '128.0.0.1',
    '[2001:db8::1]',
    '[2001:fd00::1]',
    '[2001:fe80::1]',
    '[fec0::1]',
    '[::2]',
    '[1::ffff:7f00:1]',
    '[::ffff:7f00:1:1]',
    '[::ffff:8.8.8.8]',
  ])('The host %s is public', (host) => {
    expect([isLoopback(hostnameOf(host)), isPrivateHost(hostnameOf(host))]).toEqual([false, false])
  })

  it.each([
    ['khalti.com', 'production'],
    ['KHALTI.com.', 'production'],
    ['www.khalti.com', 'production'],
    ['admin.khalti.com', 'production'],
    ['mydev.khalti.com', 'production'],
    ['mya.khalti.com', 'production'],
    ['test-.khalti.com', 'production'],
    ['dev.khalti.com.khalti.com', 'production'],
    ['dev.khalti.com', 'sandbox'],
    ['DEV.Khalti.com.', 'sandbox'],
    ['a.khalti.com', 'sandbox'],
    ['test-pay.khalti.com', 'sandbox'],
    ['test-admin.khalti.com', 'sandbox'],
    ['sandbox.khalti.com', 'sandbox'],
    ['x.dev.khalti.com', 'sandbox'],
    ['x.test-pay.khalti.com', 'sandbox'],
    ['dev.x.khalti.com', 'production'],
    ['notkhalti.com', undefined],
    ['khalti.com.example', undefined],
    ['dev.khalti.com.example', undefined],
    ['khalti.org', undefined],
    ['localhost', undefined],
  ])('The host %s belongs to %s of Khalti', (host, environment) => {
    expect(khaltiEnvironmentOf(hostnameOf(host))).toBe(environment)
  })
})
