export const SIGN_IN_PATH = "/sign-in";
export const CHANGE_PASSWORD_PATH = "/change-password";
/** Of supervisors and up. */
export const HOME_PATH = "/live";
/** Of agents. */
export const DESK_PATH = "/phone/agent";
/** Sends everybody to where their role is at home. */
export const FIRST_PATH = "/";

export const MIN_PASSWORD_LENGTH = 10;
export const MAX_PASSWORD_LENGTH = 128;

/** Sign-in attempts in this window, good ones included. */
export const SIGN_IN_WINDOW_SECONDS = 300;
/** A whole office may stand behind one address; one account is one person. */
export const SIGN_INS_PER_ADDRESS = 40;
export const SIGN_INS_PER_ACCOUNT = 8;

export const SESSION_SECONDS = 7 * 24 * 3600;
/** A session in use is prolonged once it is this old. */
export const SESSION_RENEWAL_SECONDS = 24 * 3600;

/** Set by the server on every request, over whatever the browser sent (`stampClientAddress`). */
export const CLIENT_ADDRESS_HEADER = "x-earshot-client-address";

export const FIRST_ADMIN_EMAIL = "admin@earshot.local";

export const ROLE_LABELS = { agent: "Agent", supervisor: "Supervisor", lead: "Team lead", admin: "Admin" } as const;
