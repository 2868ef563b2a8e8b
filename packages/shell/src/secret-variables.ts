const secret = /(^|_)(SECRETS?|TOKENS?|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|APIKEY|(API|ACCESS|PRIVATE|SECRET|SSH|SIGNING|ENCRYPTION|AUTH|DEPLOY|MASTER|LICENSE|SERVICE)_?KEYS?|AUTH|COOKIE|DSN|DATABASE_URL)(_|$)/

/** Whether a variable of the environment holds a secret, by its name. Those are written in capitals; what a text names so for itself it assigns. */
export function namesSecret(variable: string): boolean {
  return variable === variable.toUpperCase() && secret.test(variable)
}
