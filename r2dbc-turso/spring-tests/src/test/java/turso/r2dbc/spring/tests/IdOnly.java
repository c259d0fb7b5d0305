package turso.r2dbc.spring.tests;

import org.springframework.data.annotation.Id;

record IdOnly(@Id Long id) {}
