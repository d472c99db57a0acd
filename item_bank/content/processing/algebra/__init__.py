"""The part of Maxima's language that items draw their variables with (MathAssess), without Maxima."""
