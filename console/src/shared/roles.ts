/** What roles may do, as far as screens differ by it; the API decides for itself. */
const SUPERVISING = ['supervisor', 'centre_admin', 'system_admin']
const LOOKING = ['auditor', 'ivr_admin']
const TUNING = ['ivr_admin', 'centre_admin', 'system_admin']

/** Those who may learn who a sealed case is from. */
const UNSEALING = ['supervisor', 'centre_admin']

const AUDITING = ['auditor', 'system_admin']

/** Looks after the system itself. */
export const administers = (roles: string[]): boolean => roles.includes('system_admin')
/** Looks after a centre's people and what it tells other systems. */
export const administersCentres = (roles: string[]): boolean => administers(roles) || roles.includes('centre_admin')
/** See who read and changed what. */
export const audits = (roles: string[]): boolean => roles.some((role) => AUDITING.includes(role))
/** Learn who a sealed case is from, with a reason. */
export const unseals = (roles: string[]): boolean => roles.some((role) => UNSEALING.includes(role))
/** Takes calls at a desk of their own. */
export const answersCalls = (roles: string[]): boolean => roles.includes('agent')
/** See every call, case and warning. */
export const supervises = (roles: string[]): boolean => roles.some((role) => SUPERVISING.includes(role))
/** Change what callers hear. */
export const tunes = (roles: string[]): boolean => roles.some((role) => TUNING.includes(role))
/** Take many cases in and out at once. */
export const takesSheets = (roles: string[]): boolean => supervises(roles) || roles.includes('dispatcher')
/** Work on cases; others only look at them. */
export const works = (roles: string[]): boolean => roles.some((role) => !LOOKING.includes(role))
