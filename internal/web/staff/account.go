package staff

// addAccount adds the pages of one's own account.
func (s *Site) addAccount() {}
