package staff

// addSignIn adds the pages of signing in and out.
func (s *Site) addSignIn() {}
