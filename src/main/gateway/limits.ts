import type { Limits } from './types.ts'

/**
 * Reasoning models may think for minutes before the first byte and between two, so those two waits are long; the waits
 * that only a broken or hostile client needs are short.
 */
export const DEFAULT_LIMITS: Limits = {
  headers: 30_000,
  request: 600_000,
  idleClient: 120_000,
  connect: 20_000,
  firstByte: 600_000,
  silence: 600_000,
  idleTunnel: 900_000,
}

/** Bytes of one request's header; Node answers 431 above it. */
export const MAX_HEADER_BYTES = 32 * 1024

/** Header fields of one request; 431 above it. */
export const MAX_HEADER_FIELDS = 200

/**
 * Open connections of one client address; a further one is closed. Far above what a package manager opens at once, and
 * far below what would take this machine's memory or file handles.
 */
export const MAX_CONNECTIONS = 1000

/** Requests of one connection that wait for the answer to the one before; one with more is closed. No usual client has any. */
export const MAX_PIPELINED = 64

/**
 * Connections to one vendor's host; further requests wait for one of them. More than one client may have open, each with
 * one request at a time, so that a project can be kept waiting by itself only.
 */
export const MAX_UPSTREAM = 4 * MAX_CONNECTIONS

/** How many newest routes are kept for each project. */
export const MAX_ROUTES = 200
