/** Set by whoever starts a crowd that must not outlive them: it leaves when its standard input ends. */
export const endsWithInput = "CASTOR_CROWD_ENDS_WITH_INPUT";
